/** The rules of the Raft paper (extended version), section by section, as claims about the core. */
package dev.balsa.raft.paper;
