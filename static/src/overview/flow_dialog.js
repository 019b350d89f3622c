import {Component, onWillStart, useState} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {useService} from "@web/core/utils/hooks";

/**
 * A switch: each choice with what follows from it, and what happens at once.
 */
export class FikenFlowDialog extends Component {
    static template = "fiken_connector.FikenFlowDialog";
    static components = {Dialog};
    static props = {
        place: Object,
        flow: Object,
        onSwitched: Function,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.state = useState({value: this.props.flow.value, told: [], saving: false});
        onWillStart(async () => {
            this.state.told = await this.orm.call(
                "fiken.overview",
                "fiken_ask",
                this.address,
            );
        });
    }

    get address() {
        const {place, flow} = this.props;
        return [place.model, place.id, flow.key];
    }

    get title() {
        return `${this.props.flow.label} · ${this.props.place.name}`;
    }

    /** What happens at once when the chosen value is saved. */
    get told() {
        const found = this.state.told.find(([value]) => value === this.state.value);
        return found ? found[1] : "";
    }

    async save() {
        this.state.saving = true;
        try {
            await this.orm.call("fiken.overview", "fiken_switch", [
                ...this.address,
                this.state.value,
            ]);
            await this.props.onSwitched();
            this.props.close();
        } finally {
            this.state.saving = false;
        }
    }
}
