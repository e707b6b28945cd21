namespace Cluster.DataSpecs.Models;

/// <summary>Where the data of a model's tensors are.</summary>
internal abstract class TensorSource
{
    /// <summary>A tensor's bytes, not to be written to.</summary>
    public abstract ReadOnlyMemory<byte> All(ExternalTensor tensor);

    /// <summary>The same part by part; each is valid until the next one.</summary>
    public abstract IEnumerable<ReadOnlyMemory<byte>> Parts(ExternalTensor tensor);

    /// <summary>In memory, by offset.</summary>
    public sealed class Memory(IReadOnlyDictionary<long, ReadOnlyMemory<byte>> data) : TensorSource
    {
        public override ReadOnlyMemory<byte> All(ExternalTensor tensor) => data[tensor.Offset];

        public override IEnumerable<ReadOnlyMemory<byte>> Parts(ExternalTensor tensor) => [All(tensor)];
    }

    /// <summary>In files next to the model.</summary>
    public sealed class Files(string model) : TensorSource
    {
        private const int Part = 1 << 20;

        public override ReadOnlyMemory<byte> All(ExternalTensor tensor)
        {
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)tensor.Length);
            using var folder = new ModelFolder(model);
            folder.Read(tensor, 0, bytes);
            return bytes;
        }

        public override IEnumerable<ReadOnlyMemory<byte>> Parts(ExternalTensor tensor)
        {
            using var folder = new ModelFolder(model);
            byte[] part = new byte[Math.Min(Part, tensor.Length)];
            for (long from = 0; from < tensor.Length; from += part.Length)
            {
                var bytes = part.AsMemory(0, (int)Math.Min(part.Length, tensor.Length - from));
                folder.Read(tensor, from, bytes.Span);
                yield return bytes;
            }
        }
    }
}
