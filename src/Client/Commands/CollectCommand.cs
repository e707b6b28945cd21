using Cluster.Contract.V1;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Cluster.Client.Commands;

/// <summary>`cluster collect`.</summary>
internal static class CollectCommand
{
    public static Command Create(ClientContext context)
    {
        var keepJobs = Days("--keep-jobs", "how long jobs are kept after their end");
        var keepUploads = Days("--keep-uploads", "how long files are kept that no job names");
        var mostStored = new Option<double?>("--max-stored")
        {
            Description = "size of all files above which jobs that have ended go, in GiB; 0 for any (default: as the server was told)",
            HelpName = "GIB"
        };
        var dry = new Option<bool>("--dry-run") { Description = "only say what would go" };
        return RemoteCommand.Create(
            context,
            "collect",
            ["collect --dry-run", "collect --dry-run --keep-jobs 30", "collect --max-stored 500"],
            [keepJobs, keepUploads, mostStored, dry],
            call =>
            {
                var request = new CollectArtefactsRequest
                {
                    ValidateOnly = call.Parsed.GetValue(dry),
                    KeepJobs = Time(call.Parsed, keepJobs),
                    KeepUploads = Time(call.Parsed, keepUploads),
                };
                if (Amount(call.Parsed, mostStored) is { } gib)
                {
                    request.MaxStoredBytes = (long)(gib * (1L << 30));
                }

                return call.Server.CallAsync(
                    options => call.Server.Artefacts.CollectArtefactsAsync(request, options), call.Cancellation, isHedged: false);
            },
            (call, response) => CollectionTable.Write(call.Console, response, call.Parsed.GetValue(dry)));
    }

    private static Option<double?> Days(string name, string what) => new(name)
    {
        Description = $"{what}, in days; 0 for ever (default: as the server was told)",
        HelpName = "DAYS"
    };

    private static Duration? Time(ParseResult parsed, Option<double?> option) =>
        Amount(parsed, option) is { } days ? Duration.FromTimeSpan(TimeSpan.FromDays(days)) : null;

    private static double? Amount(ParseResult parsed, Option<double?> option) => parsed.GetValue(option) switch
    {
        >= 0 and <= 1_000_000 or null => parsed.GetValue(option),
        var amount => throw new UsageException($"{option.Name} must be 0 to 1000000, not {amount}."),
    };
}
