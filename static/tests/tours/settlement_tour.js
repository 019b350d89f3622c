import {entersDay, opensTheFirst, pressesInHeader, stands} from "./steps";
import {registry} from "@web/core/registry";

/** A day is read from the tills, looked at, and sent. */
registry.category("web_tour.tours").add("fiken_day_sent", {
    steps: () => [
        {
            content: "read days",
            trigger: ".o_control_panel button:contains(Read Days)",
            run: "click",
        },
        ...entersDay("since", "03/16/2026"),
        ...entersDay("until", "03/16/2026"),
        {content: "read", trigger: ".modal button[name=action_read]", run: "click"},
        opensTheFirst("Ready"),
        {
            content: "see how it will be booked",
            trigger: ".o_field_widget[name=preview]:contains(1960:10001)",
        },
        {
            content: "send it",
            trigger: "button[name=action_send]:enabled",
            run: "click",
        },
        stands("On its way"),
    ],
});

/** A booked day is compared with what Fiken has of it. */
registry.category("web_tour.tours").add("fiken_day_compared", {
    steps: () => [
        stands("Booked"),
        ...pressesInHeader("action_compare"),
        {
            content: "see both figures",
            trigger: ".nav-link:contains(Compared with Fiken)",
            run: "click",
        },
        {
            content: "it was compared now",
            trigger: ".o_field_widget[name=checked_at]:not(.o_field_empty)",
        },
        {
            content: "nothing differs",
            trigger: ".o_field_widget[name=difference]:contains(0.00)",
        },
    ],
});
