/** Programs to start from; each stands alone. */
@NullMarked
package org.example.lsl;

import org.jspecify.annotations.NullMarked;
