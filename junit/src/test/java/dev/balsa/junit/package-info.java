@NullMarked
package dev.balsa.junit;

import org.jspecify.annotations.NullMarked;
