using Cluster.Evaluation.Targets;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Graphs;

namespace Cluster.Evaluation.Inputs;

/// <summary>The FP32 network as the user gave it: what every accuracy is compared with.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Batch">The samples that it takes at a time; null: any number.</param>
internal sealed record OriginalFile(byte[] Bytes, int? Batch)
{
    /// <summary>
    /// Runs any number of samples: in halves if memory runs out, or in turns of <see cref="Batch"/>, of which the last is filled up.
    /// </summary>
    /// <param name="network">This file, opened.</param>
    public BatchLogits.RunBatch AnyBatch(IRuntimeNetwork network) => Batch is not { } batch
        ? new HalvedBatches(network).Run
        : (inputs, outputs) =>
        {
            int samples = checked((int)inputs[0].Shape[0]);
            int size = outputs.Length / samples;
            float[] part = new float[batch * size];
            for (int from = 0; from < samples; from += batch)
            {
                network.Run([.. inputs.Select(input => Part(input, from, batch))], part);
                int count = Math.Min(batch, samples - from);
                part.AsSpan(0, count * size).CopyTo(outputs[(from * size)..]);
            }
        };

    /// <summary>Samples of a tensor; those beyond its end are its first ones again.</summary>
    public static TensorData Part(TensorData input, int from, int count)
    {
        int samples = checked((int)input.Shape[0]);
        int bytes = input.Bytes.Length / samples;
        byte[] part = new byte[count * bytes];
        for (int i = 0; i < count; i++)
        {
            input.Bytes.Span.Slice((from + i) % samples * bytes, bytes).CopyTo(part.AsSpan(i * bytes));
        }

        return new TensorData(input.Type, [count, .. input.Shape[1..]], part);
    }
}
