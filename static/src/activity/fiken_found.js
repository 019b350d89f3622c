import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * What Fiken has that may be the same document, each with a button that links it.
 */
export class FikenFoundField extends Component {
    static template = "fiken_connector.FikenFoundField";
    static props = {...standardFieldProps};

    setup() {
        this.orm = useService("orm");
    }

    get found() {
        return this.props.record.data[this.props.name] || [];
    }

    async link(one) {
        const {record} = this.props;
        await this.orm.call(record.resModel, "action_link_found", [
            [record.resId],
            one.id,
        ]);
        await record.load();
    }
}

registry.category("fields").add("fiken_found", {
    component: FikenFoundField,
    displayName: _t("Found in Fiken"),
    supportedTypes: ["json"],
    isEmpty: () => false,
});
