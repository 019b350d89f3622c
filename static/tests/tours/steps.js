/** Steps that several tours take. */

/** Opens the first record of a list, or of the cards that a phone shows instead. */
export function opensTheFirst(text) {
    const cell = `.o_data_row:contains(${text}) .o_data_cell`;
    const card = `.o_kanban_record:contains(${text})`;
    return {content: `open ${text}`, trigger: `${cell}, ${card}`, run: "click"};
}

/** Presses a button of the form's header: a phone hides all but the first. */
export function pressesInHeader(name) {
    return [
        {
            content: "show all buttons",
            isActive: ["mobile"],
            trigger: ".o_form_statusbar button[title=More]",
            run: "click",
        },
        {content: name, trigger: `button[name=${name}]:enabled`, run: "click"},
    ];
}

export function entersDay(name, day) {
    const field = `.modal .o_field_widget[name=${name}]`;
    return [
        // It becomes an input as soon as it has the focus.
        {
            content: `choose ${name}`,
            trigger: `${field} button, ${field} input`,
            run: "click",
        },
        {
            content: `enter ${name}`,
            trigger: `${field} input`,
            run: `edit ${day} && press Tab`,
        },
    ];
}

export function stands(state) {
    const bar = ".o_statusbar_status";
    const atADesk = `${bar} .o_arrow_button_current:contains(${state})`;
    const onAPhone = `${bar} .dropdown-toggle:contains(${state})`;
    return {content: `it is ${state}`, trigger: `${atADesk}, ${onAPhone}`};
}
