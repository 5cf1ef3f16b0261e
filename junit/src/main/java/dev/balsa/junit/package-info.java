/**
 * The server inside a JVM that tests against it: one member ({@link dev.balsa.junit.BalsaServer}),
 * or a cluster whose members can be killed, paused and cut off ({@link
 * dev.balsa.junit.TestCluster}), by hand or as JUnit's parameter ({@link
 * dev.balsa.junit.BalsaCluster}). The members are the shipped server on sockets of loopback; only
 * disk, routes between members and the time of leases are the test's.
 *
 * <pre>{@code
 * @BalsaCluster(members = 3)
 * class OrdersTest {
 *   @Test
 *   void ordersSurviveTheLeader(TestCluster cluster) {
 *     var orders = new Orders(cluster.endpoints());
 *     orders.place("one");
 *     cluster.awaitLeader().kill();
 *     assertEquals(List.of("one"), orders.all());
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.balsa.junit;

import org.jspecify.annotations.NullMarked;
