/** What every measurement shares: latencies, spreads over rounds, CPU and memory, tables. */
@NullMarked
package dev.balsa.bench.measure;

import org.jspecify.annotations.NullMarked;
