using System.Globalization;
using Cluster.Coordinator.Model;
using Cluster.DataSpecs.Models;
using Cluster.Evaluation.Setup;
using Cluster.Evaluation.Targets;
using Cluster.Plans;

namespace Cluster.Bench.Spaces;

/// <summary>What each plan of a space answers, kept in the folder; what is there already is not measured again.</summary>
internal sealed class SpaceMeasurement(string folder, OpenedJob job, PlanSpace plans, TextWriter talk, CancellationToken cancellation)
{
    private const int PlansALine = 64;

    /// <summary>The file of a plan's answers.</summary>
    public static string AnswersPath(string folder, int number, bool corrected) =>
        Path.Combine(folder, corrected ? "corrected" : "plain", number.ToString("0000", CultureInfo.InvariantCulture));

    /// <summary>The file of the answers of <see cref="PlanSpace.FirstAttempt"/>.</summary>
    public static string FirstAttemptPath(string folder) => Path.Combine(folder, "first-attempt");

    /// <summary>What every plan answers on all images.</summary>
    public async Task AnswerAsync()
    {
        using var hold = await job.Setup.Machine.SharedAsync(cancellation);
        var setup = job.Setup;
        float[] float32 = Logits(setup.Network.Float32Model);
        Keep(FirstAttemptPath(folder), plans.FirstAttempt, float32);
        foreach (bool corrected in new[] { false, true })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(AnswersPath(folder, 0, corrected))!);
            for (int number = 0; number < plans.Count; number++)
            {
                Keep(AnswersPath(folder, number, corrected), plans.Of(number, corrected), float32);
                if (number % PlansALine == PlansALine - 1)
                {
                    await talk.WriteLineAsync(
                        $"answers, biases {(corrected ? "corrected" : "as they are")}: {number + 1} of {plans.Count} plans");
                }
            }
        }
    }

    private void Keep(string path, Plan plan, float[] float32)
    {
        if (!File.Exists(path))
        {
            PlanAnswers.Of(
                Logits(job.Setup.Builder.Build(plan, cancellation).File), float32, job.Setup.Network.Classes).Write(path);
        }
    }

    private float[] Logits(ModelFile file) => TargetLogits.Of(
        job.Setup.Target, file, job.Setup.Evaluation, job.Setup.Network.Classes, job.Setup.Cores, cancellation);
}
