using System.Diagnostics;
using Cluster.DataSpecs;
using Cluster.Kernels.Data;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Tensors;
using Cluster.Storage.Files;

namespace Cluster.Glyphs;

/// <summary>Trains one of the sample's networks from beginning to end and writes its files.</summary>
public static class GlyphTrainer
{
    private const int StepsALine = 250;
    private const double TransformerRate = 1e-3;

    /// <summary>Trains, says how it goes, and writes; the files are there only if it ran to its end.</summary>
    /// <param name="path">Of the ONNX file; its preprocessing goes to <see cref="PreprocessPlace.Beside"/>.</param>
    /// <param name="kind">Which network.</param>
    /// <param name="talk">Gets a line of progress now and then.</param>
    public static void Train(string path, GlyphKind kind, long seed, int steps, TextWriter talk, CancellationToken cancellation) =>
        Train(path, () => Start(kind, seed, steps), static graph => graph, talk, cancellation);

    /// <summary>The same of a training that <paramref name="start"/> makes, its network's graph passed through <paramref name="finish"/>
    /// before it is written.</summary>
    internal static void Train(
        string path, Func<GlyphTraining> start, Func<ModelGraph, ModelGraph> finish, TextWriter talk, CancellationToken cancellation)
    {
        // One thread: with more, the order of sums and so the weights would depend on their number.
        TorchSettings.Threads = 1;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        using var training = start();
        long began = Stopwatch.GetTimestamp();
        double sum = 0;
        for (int step = 1; !training.Finished; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            sum += training.Step();
            if (step % StepsALine == 0)
            {
                talk.WriteLine(
                    $"batch {step} of {training.Steps}, loss {sum / StepsALine:f4}, {Stopwatch.GetElapsedTime(began).TotalSeconds:f0} s");
                sum = 0;
            }
        }

        AtomicFile.Write(PreprocessPlace.Beside(path), GlyphNetworkExport.Preprocess.ToJson());
        AtomicFile.Write(path, OnnxWriter.Write(finish(training.Network.ToGraph())));
    }

    private static GlyphTraining Start(GlyphKind kind, long seed, int steps) => kind switch
    {
        GlyphKind.Vit => new GlyphTraining(new GlyphGraphModel(GlyphTransformer.ToGraph(seed)), seed, steps, TransformerRate),
        GlyphKind.RepVgg => new GlyphTraining(new RepVggNetwork(seed), seed, steps, GlyphTraining.UsualRate),
        _ => new GlyphTraining(seed, steps),
    };
}
