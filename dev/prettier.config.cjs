module.exports = {
    bracketSpacing: false,
    printWidth: 88,
    tabWidth: 4,
    xmlWhitespaceSensitivity: "preserve",
    // By its path: prettier would look for it beside the files, pre-commit has it elsewhere.
    plugins: [require.resolve("@prettier/plugin-xml")],
};
