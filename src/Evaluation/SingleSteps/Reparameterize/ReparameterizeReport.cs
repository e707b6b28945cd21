using Cluster.Evaluation.SingleSteps.Quantize;

namespace Cluster.Evaluation.SingleSteps.Reparameterize;

/// <summary>What `reparameterize` did; its JSON form is the command's `--json`.</summary>
/// <param name="Blocks">Sums of branches that became one convolution each.</param>
/// <param name="NodesBefore">Nodes of the file that was read.</param>
/// <param name="NodesAfter">Nodes of the file that was written.</param>
/// <param name="Difference">
/// Root mean square of the first output's differences from the model's on random inputs, in that of the model's; null where an input is
/// not of floats, for which nothing was run.
/// </param>
public sealed record ReparameterizeReport(
    string Model, QuantizeOutput Output, int Blocks, int NodesBefore, int NodesAfter, double? Difference, double Seconds);
