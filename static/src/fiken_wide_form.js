import {FormController} from "@web/views/form/form_controller";
import {FormRenderer} from "@web/views/form/form_renderer";
import {SIZES} from "@web/core/ui/ui_service";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";

/**
 * A form whose lists need the whole width: what was said about it stands below.
 *
 * On very wide screens Odoo puts it beside; this form is laid out as on smaller ones.
 */
export class WideFormRenderer extends FormRenderer {
    setup() {
        super.setup();
        const ui = this.uiService;
        this.uiService = Object.create(ui, {
            size: {get: () => Math.min(ui.size, SIZES.XL)},
        });
    }
}

export class WideFormController extends FormController {
    get className() {
        const classes = super.className;
        delete classes["o_xxl_form_view h-100"];
        return classes;
    }
}

registry.category("views").add("fiken_wide_form", {
    ...formView,
    Controller: WideFormController,
    Renderer: WideFormRenderer,
});
