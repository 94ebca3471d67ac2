package dev.sinal.analytics.bus;

import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ids of results as people see them: the hash of question and data, and the node that keeps the result, so that any node can find it.
 *
 * @param keeper of this node; new at every start, as results do not outlive one
 */
record ResultIds(String keeper) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{24})-([0-9a-z]{12})");
    private static final int RADIX = 36;
    private static final int LENGTH = 12;

    /** Where a result is. @param key in the keeper's cache */
    record Place(String key, String keeper) {}

    static ResultIds random(RandomGenerator random) {
        StringBuilder keeper = new StringBuilder(LENGTH);
        while (keeper.length() < LENGTH) {
            keeper.append(Character.forDigit(random.nextInt(RADIX), RADIX));
        }
        return new ResultIds(keeper.toString());
    }

    String id(String key) {
        return key + "-" + keeper;
    }

    boolean here(Place place) {
        return place.keeper().equals(keeper);
    }

    /** Null for what is no id of a result. */
    static @Nullable Place place(String id) {
        Matcher form = FORM.matcher(id);
        return form.matches() ? new Place(form.group(1), form.group(2)) : null;
    }
}
