package dev.sinal.lsl.jna;

import org.junit.jupiter.api.condition.EnabledIf;

/** The contract on protocol 1.00. */
@EnabledIf(
        value = "dev.sinal.lsl.jna.ContractLab#libraryIsThere",
        disabledReason = "no native library: see SINAL_LIBLSL")
class Contract100IT extends LslContract {
    Contract100IT() {
        super(100, Side.OURS, Side.NATIVE);
    }
}
