import {registry} from "@web/core/registry";

const ALERT = ".o_form_view .alert:contains(not mapped)";

/** A manager mends the mapping in the dialog that the invoice opens. */
registry.category("web_tour.tours").add("fiken_account_mended", {
    steps: () => [
        {
            content: "open what is wrong",
            trigger: `${ALERT} a:contains(Choose the Account and Send)`,
            run: "click",
        },
        {
            content: "read which account",
            trigger: ".modal .o_data_row:contains(3000)",
        },
        {
            content: "choose its account in Fiken",
            trigger: ".modal .o_data_row .o_data_cell[name=fiken_account_id]",
            run: "click",
        },
        {
            content: "look for it by its number",
            trigger: ".modal .o_field_widget[name=fiken_account_id] input",
            run: "edit 3010",
        },
        {
            content: "take it",
            trigger: ".o-autocomplete--dropdown-item:contains(3010) a",
            run: "click",
        },
        {
            content: "save and send",
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        {
            content: "it is on its way",
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=fiken_state]:contains(Waiting)",
        },
    ],
});

/** Who may not mend it reads who may. */
registry.category("web_tour.tours").add("fiken_account_asked_for", {
    steps: () => [
        {
            content: "open what is wrong",
            trigger: `${ALERT} a:contains(See what is wrong)`,
            run: "click",
        },
        {
            content: "read who may mend it",
            trigger: ".o_form_view [name=who_may]:contains(mona)",
        },
        {
            content: "no button mends it",
            trigger: ".o_form_view:not(:has(button[name=action_fix]))",
        },
    ],
});
