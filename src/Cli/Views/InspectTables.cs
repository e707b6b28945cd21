using System.Globalization;
using Cluster.Evaluation.SingleSteps.Inspect;

namespace Cluster.Cli.Views;

/// <summary>The report for people.</summary>
internal static class InspectTables
{
    /// <summary>What is done with parts of another float, such as "float16; widened to float32, which loses nothing".</summary>
    public static string Widened(string type) =>
        $"{type}; {(type == "double" ? "rounded to float32" : "widened to float32, which loses nothing")}";

    public static void Write(IAnsiConsole console, InspectReport report)
    {
        void Line(string text) => CommandConsole.Line(console, text);
        Line($"{report.Model}: opset {report.Opset}, {report.SizeBytes} bytes, sha256 {report.Sha256}");
        Line($"Input:      {string.Join(", ", report.Inputs.Select(Describe))}, batch {report.Batch}");
        Line($"Output:     {string.Join(", ", report.Outputs.Select(Describe))}");
        Line($"Operators:  {string.Join(", ", report.Operators.Select(pair => $"{pair.Value} {pair.Key}"))}");
        if (report.Widened is { } narrow)
        {
            Line($"Precision:  parts compute in {Widened(narrow)}");
        }

        if (report.Counted.Count > 0)
        {
            Line($"Rows:       of {string.Join(", ", report.Counted)} vary with the sample: judged by {MetricKind.Map50.Word()}, "
                + $"{MetricKind.Map50To95.Word()}, {MetricKind.OutputSqnr.Word()} or a command");
        }

        if (report.Executed.Count > 0)
        {
            Line($"In float:   {string.Join(", ", report.Executed)}, executed by ONNX Runtime; nothing is learned through them");
        }

        if (report.Assumed is { } sizes)
        {
            Line($"Sizes:      free; figures are for {sizes}, a job takes those of its data");
        }

        if (report.Normalised.Count > 0)
        {
            Line(
                $"Normalised: {string.Join(", ", report.Normalised.Select(pair => $"{pair.Value:+0;-0} {pair.Key}"))} (folded "
                + "into their layers, or rewritten)");
        }

        if (report.Quantization is { } quantization)
        {
            Line(
                $"Quantized:  {quantization.QuantizeNodes} QuantizeLinear and {quantization.DequantizeNodes} DequantizeLinear "
                + $"nodes, {quantization.Constants} integer constants; "
                    + $"{quantization.Int8Nodes} nodes read codes only, {quantization.Float32Nodes} read floats");
        }

        foreach (var (key, value) in report.Metadata ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            bool isOwn = key.StartsWith("cluster.", StringComparison.Ordinal);
            Line($"Metadata:   {Printed(key)} = {Printed(isOwn ? value : Shortened(value))}");
        }

        if (report.Groups is not { } groups)
        {
            return;
        }

        Line(
            $"Total:      {groups.Count} groups ({groups.Count(group => group.Quantizable)} can be quantized), {report.Macs} MACs "
            + $"an image, {report.Parameters} parameters");
        if (report.Padded is { Count: > 0 } padded)
        {
            const int Shown = 4;
            string layers = string.Join(", ", padded.Take(Shown).Select(layer => $"{layer.Layer} {layer.Channels} → {layer.Free}"));
            Line(
                $"Channels:   INT8 pads {padded.Count} {(padded.Count == 1 ? "layer" : "layers")}: {layers}"
                + (padded.Count > Shown ? ", … (--json has all)" : string.Empty)
                + "; the larger count takes as long");
        }

        Line("");
        if (groups.Any(group => group.Nodes is not null))
        {
            console.Write(Nodes(console, groups));
            return;
        }

        // Sentences in a column would make every line longer than a terminal: they stand below, by their numbers.
        bool isQuantized = groups.Any(group => group.Format is not null);
        string[] reasons = isQuantized ? [] : [.. groups.Select(group => group.Why).OfType<string>().Distinct(StringComparer.Ordinal)];
        string Precision(InspectGroup group) => isQuantized
            ? group.Format ?? (report.Quantization is null ? "float32" : "?")
            : group.Why is { } why ? $"no ({Array.IndexOf(reasons, why) + 1})"
            : "yes";
        console.Write(Groups(console, groups, Precision, isQuantized ? "Format" : "INT8"));
        for (int i = 0; i < reasons.Length; i++)
        {
            Line($"no ({i + 1}): {reasons[i]}");
        }
    }

    private static Table Groups(
        IAnsiConsole console, IReadOnlyList<InspectGroup> groups, Func<InspectGroup, string> precision, string heading)
    {
        var table = CommandConsole.Table(console, ">#", "Group", "Operators", ">Output", ">MACs", ">Parameters", heading);
        foreach (var group in groups)
        {
            CommandConsole.AddRow(
                table,
                $"{group.Index}",
                group.Name,
                Operators(group.Operators),
                string.Join('x', group.OutputShape),
                Figures.Count(group.Macs),
                Figures.Count(group.Parameters),
                precision(group));
        }

        return table;
    }

    // "Conv + 2 Add + Mul": --groups lists all nodes.
    private static string Operators(IReadOnlyList<string> operators)
    {
        const int Most = 4;
        string[] kinds = [.. operators.CountBy(kind => kind).Select(kind => kind.Value == 1 ? kind.Key : $"{kind.Value} {kind.Key}")];
        return string.Join(" + ", kinds.Take(Most)) + (kinds.Length > Most ? " + …" : "");
    }

    private static Table Nodes(IAnsiConsole console, IReadOnlyList<InspectGroup> groups)
    {
        var table = CommandConsole.Table(console, ">#", "Group", "Node", "Operator", "Reads");
        foreach (var (group, node) in groups.SelectMany(group => (group.Nodes ?? []).Select(node => (group, node))))
        {
            CommandConsole.AddRow(table, $"{group.Index}", group.Name, node.Name, node.Operator, node.Format ?? "float32");
        }

        return table;
    }

    // A free axis by its name in the file; without one, the samples that come first are N, others a question mark.
    private static string Describe(InspectValue value)
    {
        string Size(long size, int axis) => size >= 0 ? $"{size}"
            : value.AxisNames?.ElementAtOrDefault(axis) is { Length: > 0 } name ? Printed(name)
            : axis == 0 ? "N" : "?";
        return $"{value.Name} {value.Type} [{string.Join(", ", value.Shape.Select(Size))}]";
    }

    // Whatever the author of the file wrote.
    private static string Printed(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));

    private static string Shortened(string text)
    {
        const int Most = 100;
        int length = text.Length <= Most ? text.Length : char.IsHighSurrogate(text[Most - 1]) ? Most - 1 : Most;
        return length == text.Length ? text
            : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, length)}… ({text.Length:N0} characters)");
    }
}
