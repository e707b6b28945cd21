using Cluster.Terminal;

namespace Cluster.Evaluation.SingleSteps.Smooth;

/// <summary>What a user asked `smooth` to do, as typed.</summary>
/// <param name="Model">Path of the FP32 ONNX file.</param>
/// <param name="Data">Calibration data.</param>
/// <param name="Preprocess">Path of the preprocessing; null: the one beside the model, which is put beside the output too.</param>
/// <param name="Alpha">How much of the activations' range goes to the weights, 0 to 1.</param>
/// <param name="Output">Path of the file to write.</param>
/// <param name="Force">Whether a file that exists is replaced.</param>
/// <param name="Memory">Bytes that the process should stay below; null: half of the machine's.</param>
public sealed record SmoothRequest(
    string Model, string Data, string? Preprocess, double Alpha, string Output, bool Force, long? Memory)
{
    /// <summary>What is wrong with it, before any work.</summary>
    /// <exception cref="UsageException">A number is out of range, or the output is no new file.</exception>
    public void Validate()
    {
        if (!(Alpha is >= 0 and <= 1))
        {
            throw new UsageException($"--alpha is {Alpha}; 0 to 1 is expected, such as 0.5.");
        }

        OutputPlace.RequireNewNetwork(Output, Model, "net.smooth.onnx", Force);
    }
}
