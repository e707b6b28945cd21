using Cluster.Kernels.Tensors;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Parking;

/// <summary>
/// Where tensors lie between two steps of work: in memory up to a number of bytes, beyond it in a temporary file. What is
/// fetched is the same bits either way. One may serve any number of works at once. Thread-safe.
/// </summary>
/// <param name="bytes">Of tensors in memory; <see cref="long.MaxValue"/> is no limit.</param>
/// <param name="folder">Where the file is made once it is needed.</param>
public sealed class TensorSpace(long bytes, string folder) : IDisposable
{
    private readonly SpillRoom _room = new(bytes, folder);

    /// <summary>Memory alone, without a limit.</summary>
    public static TensorSpace Memory { get; } = new(long.MaxValue, Path.GetTempPath());

    /// <summary>Bytes that lie in the file now.</summary>
    public long Spilled => _room.Spilled;

    /// <summary>Removes the file.</summary>
    public void Dispose() => _room.Dispose();

    /// <summary>Takes ownership of a tensor on the processor; one of integers, such as tokens, is small and stays in memory.</summary>
    internal ParkedTensor Park(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32)
        {
            return new ParkedTensor(tensor, static () => { });
        }

        long size = tensor.NumberOfElements * sizeof(float);
        if (_room.TryReserve(size))
        {
            return new ParkedTensor(tensor, () => _room.Return(size));
        }

        using (tensor)
        {
            return new ParkedTensor(tensor, _room.File);
        }
    }
}
