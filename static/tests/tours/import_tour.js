import {registry} from "@web/core/registry";

function opensLines(text) {
    return {
        content: `open ${text}`,
        trigger: `button[name=action_open_lines]:contains(${text})`,
        run: "click",
    };
}

function ticks(name) {
    return {
        content: `tick ${name}`,
        trigger: `.o_data_row:contains(${name}) .o_list_record_selector input`,
        run: "click",
    };
}

function decides(button) {
    return [
        {
            content: button,
            trigger: `.o_control_panel button[name=${button}]`,
            run: "click",
        },
        {
            content: "nothing is ticked any more",
            trigger: ".o_list_view:not(:has(.o_data_row_selected))",
        },
        {content: "back", trigger: ".breadcrumb-item a, .o_back_button", run: "click"},
    ];
}

/** A manager has Fiken read; nothing is taken over before they have looked. */
registry.category("web_tour.tours").add("fiken_import_read", {
    steps: () => [
        {content: "read", trigger: "button[name=action_read]", run: "click"},
        {content: "it is read", trigger: ".o_field_widget[name=progress]:contains(%)"},
    ],
});

/** They decide line by line in the preview, then import. */
registry.category("web_tour.tours").add("fiken_import_decided", {
    steps: () => [
        opensLines("Suggested"),
        ticks("Kaffehuset"),
        ...decides("action_accept"),
        opensLines("New"),
        ticks("Gammelkunden"),
        ...decides("action_skip"),
        {content: "import", trigger: "button[name=action_import]", run: "click"},
        {
            content: "read what follows",
            trigger: ".modal:contains(Odoo is master)",
        },
        {
            content: "do it",
            trigger: ".modal button:contains(Import)",
            run: "click",
        },
        {
            content: "it is imported",
            trigger: ".o_field_widget[name=progress]:contains(%)",
        },
    ],
});
