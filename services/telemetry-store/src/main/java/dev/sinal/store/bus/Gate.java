package dev.sinal.store.bus;

/** Whether the database is fit for use: reached, safe and of the right schema. Set by one, read by all. */
public final class Gate {
    private volatile boolean open;

    public boolean isOpen() {
        return open;
    }

    public void open() {
        open = true;
    }

    public void close() {
        open = false;
    }
}
