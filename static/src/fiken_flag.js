import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * A boolean as a badge with the field's label: seen when it is true, else empty.
 */
export class FikenFlagField extends Component {
    static template = "fiken_connector.FikenFlagField";
    static props = {
        ...standardFieldProps,
        color: {type: String, optional: true},
        label: {type: String, optional: true},
    };
    static defaultProps = {color: "info"};
}

registry.category("fields").add("fiken_flag", {
    component: FikenFlagField,
    displayName: _t("Flag"),
    supportedTypes: ["boolean"],
    listViewWidth: [90, 120],
    isEmpty: () => false,
    extractProps: ({options, string}) => ({color: options.color, label: string}),
});
