/**
 * Runs whole clusters of real {@link dev.balsa.raft.Raft} cores in virtual time under faults, and
 * judges them after every event. All that happens follows from one seed, on every machine and in
 * the browser: nothing here reads a clock, starts a thread or touches a file.
 *
 * <p>A {@link dev.balsa.sim.Plan} says what will happen to a cluster; it is drawn from a seed or
 * read from a scenario. A {@link dev.balsa.sim.World} runs it. What the clients ask and what is
 * replicated is a {@link dev.balsa.sim.Load}; what keeps a node's log is a {@link
 * dev.balsa.sim.Storage}. A run:
 *
 * <pre>{@code
 * var world = new World<>(Plan.draw(42), new RegisterLoad(), Hosting.IN_MEMORY);
 * world.run();                       // throws BrokenPromise if a judge objects
 * System.out.println(world.figures());
 * }</pre>
 */
package dev.balsa.sim;
