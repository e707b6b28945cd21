using System.Text;
using Cluster.Contract.V1;
using Cluster.Plans;
using Cluster.Terminal.Jobs;

namespace Cluster.Client.Commands;

/// <summary>`cluster fetch`.</summary>
internal static class FetchCommand
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create(ClientContext context)
    {
        var job = RemoteValues.Job();
        var output = new Option<string?>("--output", "-o")
        {
            Description = "folder for the files (default: one named for the job)",
            HelpName = "DIR"
        };
        var only = new Option<string[]>("--only")
        {
            Description = "only this file; may be given several times",
            HelpName = "NAME",
            DefaultValueFactory = _ => []
        };
        return RemoteCommand.Create(
            context,
            "fetch",
            ["fetch jobs/ID", "fetch jobs/ID -o OUT --only winner.qdq.onnx"],
            [job, output, only],
            call =>
            {
                string name = call.Job(job);
                return RunAsync(call, name, call.Parsed.GetValue(output) ?? JobName.Id(name), call.Parsed.GetRequiredValue(only));
            },
            note: " A broken download resumes where it stopped, also in a later call.");
    }

    private static async Task<int> RunAsync(RemoteCall call, string name, string folder, string[] only)
    {
        var job = await call.Server.GetJobAsync(name, call.Cancellation);
        var wanted = Choose(job, only);
        OutputPlace.RequireWritable(folder);
        var downloader = new Downloader(call.Server, call.Streams.Error, call.IsErrorLive);
        var files = new List<FetchedFile>();
        foreach (var artefact in wanted)
        {
            string path = PublishedName.PathIn(folder, artefact.Role);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            long transferred = await downloader.DownloadAsync(artefact, path, call.Cancellation);
            files.Add(new FetchedFile(artefact.Role, path, artefact.Sha256, artefact.SizeBytes, transferred));
        }

        // One that is there may be the file that the job was submitted by, with its paths.
        string config = Path.Combine(folder, "job.yaml");
        if (only.Length == 0 && !Path.Exists(config))
        {
            byte[] text = Encoding.UTF8.GetBytes(Config(job.Spec));
            await File.WriteAllBytesAsync(config, text, call.Cancellation);
            files.Add(new FetchedFile("job.yaml", config, Convert.ToHexStringLower(SHA256.HashData(text)), text.Length, text.Length));
        }

        if (call.IsJson)
        {
            await call.Streams.Output.WriteLineAsync(JsonSerializer.Serialize(new { job = name, files }, Format));
        }
        else
        {
            int width = files.Max(file => file.Path.Length);
            foreach (var file in files)
            {
                CommandConsole.Line(
                    call.Console,
                    $"{file.Path.PadRight(width)}  "
                    + $"{Figures.Bytes(file.SizeBytes)}{(file.TransferredBytes == 0 ? ", was there already" : "")}");
            }
        }

        return ExitCode.Done;
    }

    // A server has the digests of the submitted files, not their paths.
    private static string Config(JobSpec spec)
    {
        return JobYamlText.OfOptions(
            JobOptionsMapping.Read(spec),
            [spec.Model, Of(spec.Calibration), Of(spec.Evaluation), Of(spec.Test), Of(spec.Training), spec.Preprocess]);

        static string? Of(DataSet? set) => set is null ? null : $"{set.Spec} in {set.Artefact}";
    }

    // A file that was published again replaces the earlier one of the same name.
    private static List<Artefact> Choose(Job job, string[] only)
    {
        var latest = job.Artefacts.GroupBy(artefact => artefact.Role, StringComparer.Ordinal).Select(same => same.Last()).ToList();
        if (latest.Count == 0)
        {
            throw new JobException(
                $"{job.Name} is {Words.Of(job.State)} and has published nothing; follow it with ./cluster watch {job.Name}.");
        }

        string? unknown = Array.Find(only, name => !latest.Exists(artefact => artefact.Role == name));
        return unknown is null
            ? [.. latest.Where(artefact => only.Length == 0 || only.Contains(artefact.Role, StringComparer.Ordinal))]
            : throw new NotFoundException(
                $"{job.Name} has published no '{unknown}'; it has {string.Join(", ", latest.Select(artefact => artefact.Role))}.");
    }
}

/// <summary>A file that `fetch` has downloaded.</summary>
/// <param name="TransferredBytes">Less than its size if a part of it existed already.</param>
internal sealed record FetchedFile(string Name, string Path, string Sha256, long SizeBytes, long TransferredBytes);
