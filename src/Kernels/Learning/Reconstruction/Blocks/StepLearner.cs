using Cluster.Kernels.Quantization;
using Cluster.Kernels.Tensors;

namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>The activation steps of a unit while they are learned.</summary>
internal abstract class StepLearner : IDisposable
{
    /// <param name="tensors">Whose steps are learned.</param>
    /// <param name="start">One a tensor.</param>
    public static StepLearner Create(ComputeDevice device, IReadOnlyList<string> tensors, IReadOnlyList<QuantizationParameters> start) =>
        device.IsHost ? new HostStepLearner(tensors, start) : new DeviceStepLearner(device, tensors, start);

    public abstract int Count { get; }

    /// <summary>Gives the parts of a batch the steps as they are now.</summary>
    public abstract void Prepare(IReadOnlyList<UnitPart> parts);

    /// <summary>One step of Adam along the sum of the parts' gradients.</summary>
    /// <param name="first">Place of the first step's gradient among those of a part.</param>
    public abstract void Step(IReadOnlyList<UnitPart> parts, int first, double rate);

    /// <summary>In the order of the tensors.</summary>
    public abstract IReadOnlyList<QuantizationParameters> Finish();

    public abstract void Dispose();
}
