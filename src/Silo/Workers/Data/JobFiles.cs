using System.Security.Cryptography;
using System.Text;
using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Storage;
using Cluster.DataSpecs;
using Cluster.Kernels.Data;
using Cluster.Silo.Jobs;

namespace Cluster.Silo.Workers.Data;

/// <summary>Finds on this node what a job names by digest, and makes of it the request that a user on this machine would type.</summary>
internal sealed class JobFiles(NodeFolders folders)
{
    private readonly FolderArtefactStore _artefacts = new(folders.Artefacts);

    /// <summary>The request; its files exist, but were not looked into.</summary>
    /// <exception cref="NodeUnfitException">Something is not there, as far as this node sees.</exception>
    /// <exception cref="JobException">Something cannot be accepted.</exception>
    public async Task<JobRequest> LocateAsync(JobQuestion question, CancellationToken cancellation)
    {
        var inputs = question.Inputs;
        return new JobRequest
        {
            Model = Model(inputs.Model),
            Calibration = await DataAsync(inputs.Calibration, cancellation),
            Evaluation = inputs.Evaluation is { } evaluation ? await DataAsync(evaluation, cancellation) : null,
            Test = inputs.Test is { } test ? await DataAsync(test, cancellation) : null,
            Training = inputs.Training is { } training ? await DataAsync(training, cancellation) : null,
            Preprocess = inputs.Preprocess is { } text ? Preprocess(text) : null,
            Output = folders.Temporary,
            Target = question.Target,
            Methods = question.Methods,
            MaxDrop = question.MaxDrop,
            Confidence = question.Confidence,
            BudgetEvaluations = question.BudgetEvaluations,
            Batch = question.Batch,
            Threads = question.Threads,
            Seed = question.Seed,
            FineTune = question.FineTune,
            Epochs = question.Epochs,
            Reconstruct = question.Reconstruct,
            ReconstructIterations = question.ReconstructIterations,
        };
    }

    private static bool IsDigest(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private string Model(string model)
    {
        if (!IsDigest(model) && !Path.IsPathFullyQualified(model))
        {
            throw new JobException($"The model is '{model}' where the SHA-256 of an artefact or an absolute path is expected: upload the model, or give its whole path.");
        }

        string path = IsDigest(model) ? _artefacts.PathOf(model) : model;
        return File.Exists(path) ? path : throw new NodeUnfitException($"There is no model {path} on {Environment.MachineName}: upload it, or give the nodes one store.");
    }

    private async Task<string> DataAsync(DataLocation location, CancellationToken cancellation)
    {
        var spec = DataSource.Parse(location.Spec);
        if (location.Artefact is not { } sha256)
        {
            return spec.Parts.SelectMany(part => new[] { part.Path, part.LabelsPath }).OfType<string>().FirstOrDefault(path => !Path.IsPathFullyQualified(path)) is { } relative
                ? throw new JobException($"The data's path '{relative}' is relative where no tar is given: upload the data, or give its whole path.")
                : location.Spec;
        }

        string root = await new UnpackedData(_artefacts, folders, TarLimits.Default).FolderAsync(sha256, cancellation);
        return string.Join('+', spec.Parts.Select(part => Below(root, part)));
    }

    private static DataPart Below(string root, DataPart part)
    {
        string path = Below(root, part.Path);
        if (part.LabelsPath is not { } labels)
        {
            return part with { Path = path };
        }

        // Label files may also be written relative to their images' folder.
        string ofRoot = Below(root, labels);
        string ofImages = Below(root, Path.Combine(part.Path, labels));
        return part with { Path = path, LabelsPath = !File.Exists(ofRoot) && File.Exists(ofImages) ? ofImages : ofRoot };
    }

    private static string Below(string root, string relative)
    {
        string path = Path.GetFullPath(Path.Combine(root, relative));
        return !Path.IsPathRooted(relative) && (path == root || path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            ? path
            : throw new JobException($"The data's path '{relative}' leads out of its tar: give paths relative to the tar's root.");
    }

    // A file by its content, so that the same text is written once.
    private string Preprocess(string text)
    {
        string digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        string path = Path.Combine(folders.Preprocess, $"{digest}.json");
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(folders.Preprocess);
            string part = $"{path}.{Path.GetRandomFileName()}";
            File.WriteAllText(part, text);
            File.Move(part, path, overwrite: true);
        }

        return path;
    }
}
