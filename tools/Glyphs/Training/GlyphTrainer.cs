using System.Diagnostics;
using Cluster.DataSpecs;
using Cluster.Networks.Graphs.Onnx;
using Cluster.Networks.Preprocessing;
using Cluster.Storage.Files;

namespace Cluster.Glyphs.Training;

/// <summary>Trains one of the sample's networks from beginning to end and writes its files.</summary>
public static class GlyphTrainer
{
    private const int StepsALine = 250;

    /// <summary>Trains, says how it goes, and writes; the files are there only if it ran to its end.</summary>
    /// <param name="path">Of the ONNX file; where the network takes images, their preprocessing goes to
    /// <see cref="PreprocessPlace.Beside"/>.</param>
    /// <param name="kind">Which network.</param>
    /// <param name="seed">Of initial weights and samples.</param>
    /// <param name="steps">Batches; null: as many as its documented figures were measured after.</param>
    /// <param name="talk">Gets a line of progress now and then.</param>
    public static void Train(
        string path, GlyphKind kind, long seed, int? steps, TextWriter talk, CancellationToken cancellation)
    {
        var recipe = GlyphRecipe.Of(kind);
        Train(
            path,
            () => new GlyphTraining(recipe.Task(seed), steps ?? recipe.Steps, recipe.Rate),
            static graph => graph,
            recipe.Samples is null ? GlyphNetworkExport.Preprocess : null,
            talk,
            cancellation);
    }

    /// <summary>The same of a training that <paramref name="start"/> makes, its network's graph passed through <paramref name="finish"/>
    /// before it is written.</summary>
    internal static void Train(
        string path,
        Func<GlyphTraining> start,
        Func<ModelGraph, ModelGraph> finish,
        Preprocess? preprocess,
        TextWriter talk,
        CancellationToken cancellation)
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

        if (preprocess is not null)
        {
            AtomicFile.Write(PreprocessPlace.Beside(path), preprocess.ToJson());
        }

        AtomicFile.Write(path, OnnxWriter.Write(finish(training.ToGraph())).Message);
    }
}
