namespace Cluster.Evaluation.Targets.OnnxRuntime;

/// <summary>Opens a session of one operator: the library also lists providers whose own libraries or GPU are missing.</summary>
internal static class ProviderProbe
{
    /// <summary>Why a provider cannot be used here, or null if it computes correctly.</summary>
    /// <param name="provider">"cpu", "cuda" or "tensorrt".</param>
    /// <param name="device">Number of the GPU.</param>
    public static string? Problem(string provider, int device = 0)
    {
        try
        {
            using var session = OrtSession.Open(
                OnnxWriter.Write(Tiny()), new OrtSessionOptions { Provider = provider, DeviceId = device, AllowSpinning = false });
            float[] output = new float[2];
            session.Run([TensorData.FromFloats([1, 2], [-1, 1])], output);
            return output is [0, 1] ? null : $"it computes Relu(-1, 1) = ({output[0]}, {output[1]})";
        }
        catch (KernelException failure)
        {
            // ONNX Runtime puts its source file before the reason.
            return failure.Message.Split(" : FAIL : ")[^1];
        }
    }

    private static ModelGraph Tiny() => new()
    {
        Name = "probe",
        Opset = 13,
        Inputs = [new ValueInfo("x", ElementType.Float, [1, 2])],
        Outputs = [new ValueInfo("y", ElementType.Float, [1, 2])],
        Nodes = [new GraphNode("relu", "Relu", ["x"], ["y"], new Dictionary<string, AttributeValue>(StringComparer.Ordinal))],
        Initializers = new Dictionary<string, TensorData>(StringComparer.Ordinal),
    };
}
