/**
 * Runs the simulator's worlds for the page, in the browser and on the JVM alike: text commands go
 * in, pictures as JSON come out. Draws nothing and decides nothing about Raft; roles, terms and
 * logs come from the cores.
 *
 * <p>{@link dev.balsa.web.Session} is the entrance; {@link dev.balsa.web.Page} is what the compiled
 * module exports of it:
 *
 * <pre>{@code
 * Session session = new Session();
 * session.call("open seed 42;nodes 3");
 * session.call("interesting");                   // the first election, as JSON
 * }</pre>
 */
@NullMarked
package dev.balsa.web;

import org.jspecify.annotations.NullMarked;
