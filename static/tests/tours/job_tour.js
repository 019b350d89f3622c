import {opensTheFirst, pressesInHeader} from "./steps";
import {registry} from "@web/core/registry";

const OPENED = opensTheFirst("INV/");

/** The customer whom Fiken refused is mended on the page of the invoice's job. */
registry.category("web_tour.tours").add("fiken_failed_job_mended", {
    steps: () => [
        OPENED,
        {content: "read why", trigger: ".alert [name=why]:contains(Fiken said)"},
        {
            content: "mend it on the spot",
            trigger: ".o_form_statusbar button[name=action_fix]",
            run: "click",
        },
        {
            content: "correct the customer",
            trigger: ".modal .o_field_widget[name=email] input",
            run: "edit faktura@kaffebaren.example",
        },
        {
            content: "save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "it is on its way",
            trigger: "body:not(:has(.modal)) [name=state]:contains(Waiting)",
        },
    ],
});

/** Who may not change the customer tries again, and reads who may do more. */
registry.category("web_tour.tours").add("fiken_failed_job_retried", {
    steps: () => [
        OPENED,
        {content: "read who may mend it", trigger: "[name=who_may] span:not(:empty)"},
        {
            content: "no button mends it",
            trigger: ".o_form_view:not(:has(button[name=action_fix]))",
        },
        ...pressesInHeader("action_retry"),
        {content: "it is on its way", trigger: "[name=state]:contains(Waiting)"},
    ],
});
