package dev.sinal.lsl.jna;

import org.junit.jupiter.api.condition.EnabledIf;

/** The contract on protocol 1.10. */
@EnabledIf(
        value = "dev.sinal.lsl.jna.ContractLab#libraryIsThere",
        disabledReason = "no native library: see SINAL_LIBLSL")
class Contract110IT extends LslContract {
    Contract110IT() {
        super(110, Side.OURS, Side.NATIVE);
    }
}
