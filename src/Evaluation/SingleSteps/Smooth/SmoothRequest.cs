using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Smooth;

/// <summary>A user's request for `smooth`, as typed.</summary>
/// <param name="Model">Path of the FP32 ONNX file.</param>
/// <param name="Data">Calibration data.</param>
/// <param name="Preprocess">Path of the preprocessing; null: the one next to the model, which is copied next to the output too.</param>
/// <param name="Alpha">How much of the activations' range goes to the weights, 0 to 1.</param>
/// <param name="Output">Path of the file to write.</param>
/// <param name="Force">Whether an existing file is replaced.</param>
/// <param name="Memory">Bytes that the process should stay below; null: half of the machine's.</param>
public sealed record SmoothRequest(
    string Model, string Data, string? Preprocess, double Alpha, string Output, bool Force, long? Memory)
{
    /// <summary>Checks the request before any work.</summary>
    /// <exception cref="UsageException">A number is out of range, or the output is not a new file.</exception>
    public void Validate()
    {
        if (!(Alpha is >= 0 and <= 1))
        {
            throw new UsageException($"--alpha is {Alpha}; 0 to 1 is expected, such as 0.5.");
        }

        OutputPlace.RequireNewNetwork(Output, Model, "net.smooth.onnx", Force);
    }
}
