/** A program of another team: one topic, one line a second. */
@NullMarked
package org.example.lab;

import org.jspecify.annotations.NullMarked;
