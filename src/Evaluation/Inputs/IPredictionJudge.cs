namespace Cluster.Evaluation.Inputs;

/// <summary>Scores predictions for a metric that is not of this program: a command of the user's, or the client of a job.</summary>
public interface IPredictionJudge
{
    /// <summary>The numbers of predictions.</summary>
    /// <param name="file">Path of the archive.</param>
    /// <param name="set">"evaluation" or "test".</param>
    /// <param name="samples">Number of samples.</param>
    /// <param name="machine">Held shared by the work that asks; a judge that computes elsewhere releases it meanwhile.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>One number, or one per sample; all finite.</returns>
    /// <exception cref="JobException">There are none.</exception>
    Task<double[]> ScoreAsync(string file, string set, int samples, MachineLock machine, CancellationToken cancellation);
}
