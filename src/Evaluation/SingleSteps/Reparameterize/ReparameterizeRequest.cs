using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Reparameterize;

/// <summary>What a user asked `reparameterize` to do, as typed.</summary>
/// <param name="Model">Path of the FP32 ONNX file; the preprocessing beside it is put beside the output too.</param>
/// <param name="Output">Path of the file to write.</param>
/// <param name="Force">Whether a file that exists is replaced.</param>
public sealed record ReparameterizeRequest(string Model, string Output, bool Force)
{
    /// <summary>What is wrong with it, before any work.</summary>
    /// <exception cref="UsageException">The output is no new file.</exception>
    public void Validate() => OutputPlace.RequireNewNetwork(Output, Model, "net.deploy.onnx", Force);
}
