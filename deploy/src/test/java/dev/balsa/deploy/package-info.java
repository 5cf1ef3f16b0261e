/**
 * What puts the server on machines is what it says: the archive, the image, the manifests, the page
 * for operators.
 */
@NullMarked
package dev.balsa.deploy;

import org.jspecify.annotations.NullMarked;
