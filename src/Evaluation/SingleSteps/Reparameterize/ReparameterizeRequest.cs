using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Reparameterize;

/// <summary>A user's request for `reparameterize`, as typed.</summary>
/// <param name="Model">Path of the FP32 ONNX file; the preprocessing next to it is copied next to the output too.</param>
/// <param name="Output">Path of the file to write.</param>
/// <param name="Force">Whether an existing file is replaced.</param>
public sealed record ReparameterizeRequest(string Model, string Output, bool Force)
{
    /// <summary>Checks the request before any work.</summary>
    /// <exception cref="UsageException">The output is not a new file.</exception>
    public void Validate() => OutputPlace.RequireNewNetwork(Output, Model, "net.deploy.onnx", Force);
}
