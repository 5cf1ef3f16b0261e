/** What the tests of the deployment need of the commands, which show it to nobody else. */
@NullMarked
package dev.balsa.server.cli;

import org.jspecify.annotations.NullMarked;
