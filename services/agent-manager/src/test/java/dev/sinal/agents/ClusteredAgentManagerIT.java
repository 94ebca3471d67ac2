package dev.sinal.agents;

import dev.sinal.testkit.BusKind;

class ClusteredAgentManagerIT extends AgentManagerContract {
    ClusteredAgentManagerIT() {
        super(BusKind.CLUSTERED);
    }
}
