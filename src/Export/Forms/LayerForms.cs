namespace Cluster.Export.Forms;

/// <summary>Which of the user's layers were written in another form, in words.</summary>
internal sealed class LayerForms
{
    private readonly List<(string Layer, string Words)> _forms = [];

    /// <summary>The node that a layer's file had, and what became of it: "72 channels, written as 80".</summary>
    public IReadOnlyList<(string Layer, string Words)> Found => _forms;

    public void Add(string layer, string words) => _forms.Add((layer, words));

    /// <summary>
    /// Whether products of a layer that cannot saturate on processors without VNNI could in the new order of its codes: it stays as it is.
    /// </summary>
    public static bool BeginsToSaturate(GraphNode node, CodedWeight weight, GraphNode formed, CodedWeight placed) =>
        Saturates(formed, placed) && !Saturates(node, weight);

    // Weights in uint8 are widened first.
    private static bool Saturates(GraphNode node, CodedWeight weight) => weight.Codes.Type == ElementType.Int8
        && PairedCodes.Saturate(node, weight.Codes.Shape, weight.Codes.As<sbyte>());
}
