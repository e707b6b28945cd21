using Cluster.Evaluation.SingleSteps.Quantize;

namespace Cluster.Evaluation.SingleSteps.Reparameterize;

/// <summary>The result of `reparameterize`; its JSON form is the command's `--json`.</summary>
/// <param name="Blocks">Sums of branches that became one convolution each.</param>
/// <param name="NodesBefore">Nodes of the original file.</param>
/// <param name="NodesAfter">Nodes of the written file.</param>
/// <param name="Difference">
/// Root mean square of the first output's differences from the model's on random inputs, relative to the model's; null if an input is not
/// of floats, in which case nothing was run.
/// </param>
public sealed record ReparameterizeReport(
    string Model, QuantizeOutput Output, int Blocks, int NodesBefore, int NodesAfter, double? Difference, double Seconds);
