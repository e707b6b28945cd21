using Cluster.Export.Forms;

namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// What a written file says of itself: each computing node its format and how its numbers were chosen, in ONNX's <c>doc_string</c>; the
/// file the plan, the network and the version it was made from. The file is the one that is measured, so it says nothing that is known only
/// after measuring, nor anything of the machine: the same plan gives the same bytes everywhere.
/// </summary>
internal static class PlanNotes
{
    /// <summary>The metadata key of the plan's digest.</summary>
    public const string PlanKey = "cluster.plan";

    /// <summary>The metadata key of the SHA-256 of the FP32 model file.</summary>
    public const string ModelKey = "cluster.model";

    /// <summary>The metadata key of this program's version.</summary>
    public const string VersionKey = "cluster.version";

    /// <summary>A file of the plan with its notes.</summary>
    /// <param name="settings">The plan, one setting a group of the network.</param>
    public static ModelGraph On(FormedFile formed, NetworkFile network, Plan plan, IReadOnlyList<GroupDecision> settings)
    {
        var file = formed.File;
        var graph = network.Grouped;
        var notes = graph.Groups
            .SelectMany(group => group.Nodes
                .Where(node => node.Name == group.Name || !graph.StaysInFloat(node))
                .Select(node => (node.Name, Note: Words(group, settings[group.Index], formed.Network.Layout))))
            .ToDictionary(note => note.Name, note => note.Note, StringComparer.Ordinal);
        foreach (var layer in formed.Forms.ToLookup(form => form.Layer, form => form.Words))
        {
            string note = string.Join("; ", ((string[])[notes.GetValueOrDefault(layer.Key, string.Empty), .. layer])
                .Where(words => words.Length > 0));
            foreach (var node in file.Nodes.Where(node => FormNames.IsOf(node.Name, layer.Key)))
            {
                notes[node.Name] = note;
            }
        }

        return file with
        {
            Nodes = [.. file.Nodes.Select(node => notes.TryGetValue(node.Name, out string? note) ? node with { Note = note } : node)],
            Metadata = new Dictionary<string, string>(file.Metadata, StringComparer.Ordinal)
            {
                [LeastRuntime.Metadata] = LeastRuntime.Of(file),
                [PlanKey] = plan.Digest,
                [ModelKey] = network.Digest,
                [VersionKey] = ProgramVersion.Number,
            },
        };
    }

    private static string Words(LayerGroup group, GroupDecision setting, QuantizationLayout layout) => setting.Format switch
    {
        _ when !group.CanQuantize => $"{setting.Format.Title}, no integer kernel",
        var format when format == GroupFormat.Int8Weights => $"{format.Title}, activations in float, weights {GroupDecision.Nearest}",
        var format when group.Nodes.Any(node => layout.RuntimeNodes.ContainsKey(node.Name)) =>
            $"{format.Title}, activations by their ranges in each run, weights {GroupDecision.Nearest}",
        { IsInteger: true } when group.IsRecurrent || (group.HasWeights && !group.Nodes.Any(layout.HasQuantizedWeights)) =>
            $"{GroupFormat.Baseline.Title}, whatever the plan",
        { IsCalibrated: true } => $"{setting.Format.Title}, activations {setting.Calibrator}, weights {setting.RoundingMethod}"
            + (setting.BiasCorrection ? ", bias corrected" : string.Empty),
        var format => format.Title,
    };
}
