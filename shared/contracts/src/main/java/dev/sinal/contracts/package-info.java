/** What services say to each other: interfaces, records, ACP messages, frames, addresses and errors. */
@ModuleGen(name = "sinal-contracts", groupPackage = "dev.sinal")
@NullMarked
package dev.sinal.contracts;

import io.vertx.codegen.annotations.ModuleGen;
import org.jspecify.annotations.NullMarked;
