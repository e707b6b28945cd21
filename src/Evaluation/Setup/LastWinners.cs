using System.Text;
using System.Text.Json;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Results;
using Cluster.Plans;
using Cluster.Storage.Files;

namespace Cluster.Evaluation.Setup;

/// <summary>
/// The winners of the last jobs, next to the results that jobs share: a file <c>winners/KEY.json</c> for each combination of network,
/// calibration data, target, metric and versions. Evaluation images are not part of the key: a winner is most useful with different ones.
/// </summary>
/// <param name="results">The folder of this build's results.</param>
public sealed class LastWinners(string results)
{
    private readonly string _root = Path.Combine(results, "winners");

    /// <summary>The winner of the last job of which another one about the same may learn; null where there is none.</summary>
    public FirstPlan? Find(JobSpec spec)
    {
        try
        {
            return JsonSerializer.Deserialize<FirstPlan>(File.ReadAllText(PathOf(spec)), PlanJson.Strict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // Missing or torn: the job starts from scratch, which only costs time.
            return null;
        }
    }

    /// <summary>Stores the winner of a job that ended normally, if something in it is quantized.</summary>
    /// <param name="outcome">The job's result.</param>
    /// <param name="unwritten">Receives the reason if it could not be stored.</param>
    public void Keep(JobOutcome outcome, Action<string>? unwritten = null)
    {
        var plan = outcome.Selection.Plan;
        if (plan.IsBaseline || !outcome.Selection.Feasible || outcome.Stopped is not null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(_root);
            string json = CanonicalJson.Serialize(new FirstPlan(plan, outcome.Spec.JobId));
            AtomicFile.WriteAmongOthers(PathOf(outcome.Spec), Encoding.UTF8.GetBytes(json));
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // A full disk of the cache must not stop a job that has its winner.
            unwritten?.Invoke(full.Message);
        }
    }

    private string PathOf(JobSpec spec)
    {
        var (options, calibration) = (spec.Options, spec.Data.Calibration);
        string key = CanonicalJson.Digest(
            new { ModelDigest = spec.Network, calibration, options.Target, options.Metric, spec.Versions });
        return Path.Combine(_root, key + ".json");
    }
}
