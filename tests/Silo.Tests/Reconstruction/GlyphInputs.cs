using Cluster.Cli.Verbs;
using Cluster.Coordinator.Model;
using Cluster.Glyphs;
using Cluster.Storage.Files;
using Cluster.Terminal;
using Cluster.Tests;

namespace Cluster.Silo.Tests.Reconstruction;

/// <summary>The glyphs sample as the inputs of a node's job: the model in its artefact store, images in files that it shares.</summary>
internal static class GlyphInputs
{
    /// <summary>Draws 128 images for calibration and 256 for evaluation.</summary>
    /// <param name="training">Images to train on; 0 for none.</param>
    public static async Task<JobInputs> WriteAsync(WorkFolder folder, int training = 0)
    {
        var generator = new GlyphGenerator(GlyphSample.Seed);
        GlyphFiles.Write(folder.Root, generator, GlyphSet.Calibration, 128);
        GlyphFiles.Write(folder.Root, generator, GlyphSet.Evaluation, 256);
        if (training > 0)
        {
            GlyphFiles.Write(folder.Root, generator, GlyphSet.Training, training);
        }

        DataLocation In(GlyphSet set) => new($"idx:{GlyphFiles.ImagesPath(folder.Root, set)}");
        var cancellation = TestContext.Current.CancellationToken;
        string model = Path.GetFullPath(SampleFolder.File(GlyphSample.ModelName));
        await using var content = File.OpenRead(model);
        return new JobInputs
        {
            Model = await new FolderArtefactStore(folder["artefacts"]).PutAsync(content, cancellation),
            Calibration = In(GlyphSet.Calibration),
            Evaluation = In(GlyphSet.Evaluation),
            Training = training > 0 ? In(GlyphSet.Training) : null,
            Preprocess = await File.ReadAllTextAsync(Path.ChangeExtension(model, ".preprocess.json"), cancellation),
        };
    }
}
