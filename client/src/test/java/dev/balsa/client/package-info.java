@NullMarked
package dev.balsa.client;

import org.jspecify.annotations.NullMarked;
