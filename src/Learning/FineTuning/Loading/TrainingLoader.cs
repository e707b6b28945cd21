using System.Threading.Channels;

namespace Cluster.Learning.FineTuning.Loading;

/// <summary>
/// Shuffled, preprocessed batches, prepared by a separate thread so that training does not wait. The order and the images depend
/// only on the seed and the epoch, so an epoch can be entered at any batch.
/// </summary>
/// <param name="batchSize">Images a batch; the last one of an epoch may be smaller.</param>
internal sealed class TrainingLoader(ImageSet images, Preprocess preprocess, int batchSize, long seed)
{
    // More would only cost memory: one batch is trained on while the next is prepared.
    private const int Ahead = 3;

    private readonly Lock _making = new();

    /// <summary>Batches an epoch.</summary>
    public int Batches => (images.Count + batchSize - 1) / batchSize;

    /// <summary>The batches of an epoch, starting at one of them. Leaving the loop early stops the thread.</summary>
    public IEnumerable<TrainingBatch> Epoch(int epoch, int firstBatch, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var ready = Channel.CreateBounded<TrainingBatch>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
        var making = Task.Run(() => Make(epoch, firstBatch, ready.Writer, stop.Token), CancellationToken.None);
        try
        {
            for (int batch = firstBatch; batch < Batches; batch++)
            {
                yield return ready.Reader.ReadAsync(cancellation).AsTask().GetAwaiter().GetResult();
            }
        }
        finally
        {
            stop.Cancel();
            making.GetAwaiter().GetResult();
        }
    }

    /// <summary>Runs an action while no batch is being prepared.</summary>
    public void Pause(Action meanwhile)
    {
        lock (_making)
        {
            meanwhile();
        }
    }

    private async Task Make(int epoch, int firstBatch, ChannelWriter<TrainingBatch> writer, CancellationToken stop)
    {
        try
        {
            int[] order = Order(epoch);
            for (int batch = firstBatch; batch < Batches && !stop.IsCancellationRequested; batch++)
            {
                await writer.WriteAsync(Fill(order, batch), stop);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader has left, so the remaining batches are not needed.
        }
        catch (Exception exception)
        {
            writer.Complete(exception);
            throw;
        }
    }

    private TrainingBatch Fill(int[] order, int batch)
    {
        lock (_making)
        {
            int start = batch * batchSize;
            int count = Math.Min(batchSize, order.Length - start);
            int size = images.ImageSize;
            var made = new TrainingBatch(new float[count * size], new long[count]);
            byte[]? pixels = null;
            for (int i = 0; i < count; i++)
            {
                int image = order[start + i];
                preprocess.Apply(images.ReadPixels(image, ref pixels), made.Pixels.AsSpan(i * size, size));
                made.Labels[i] = images.Label(image);
            }

            return made;
        }
    }

    private int[] Order(int epoch) =>
        SeededPermutation.Of(images.Count, unchecked((long)new SplitMix64((ulong)seed ^ ((ulong)(uint)epoch << 32) ^ 0x5EED).Next()));
}
