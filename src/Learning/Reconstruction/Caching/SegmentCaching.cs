using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Caching;

/// <summary>Runs a segment over all cached images, batch by batch, and caches its outputs.</summary>
internal static class SegmentCaching
{
    private const int BatchSize = 32;

    /// <summary>One cache for each of the segment's outputs; the same bytes for any number of parts.</summary>
    public static TensorCache[] Run(
        NetworkProgram segment,
        IReadOnlyList<TensorCache> inputs,
        IQuantization? quantization,
        ShardTeam team,
        CancellationToken cancellation)
    {
        int images = inputs[0].Images;
        var caches = new TensorCache[segment.Outputs.Count];
        try
        {
            int batches = (images + BatchSize - 1) / BatchSize;
            RunBatch(0); // the outputs' shapes are known after one batch
            team.ForEach(batches - 1, batch => RunBatch(batch + 1), cancellation);
            return caches;
        }
        catch
        {
            foreach (var cache in caches)
            {
                cache?.Dispose();
            }

            throw;
        }

        void RunBatch(int batch)
        {
            using var scope = NewDisposeScope();
            using var without = no_grad();
            int first = batch * BatchSize;
            int count = Math.Min(BatchSize, images - first);
            var outputs = segment.Run([.. inputs.Select(input => input.Read(first, count))], quantization);
            for (int i = 0; i < outputs.Length; i++)
            {
                caches[i] ??= inputs[0].Beside(outputs[i], count);
                caches[i].Write(first, outputs[i]);
            }
        }
    }
}
