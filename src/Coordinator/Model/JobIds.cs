namespace Cluster.Coordinator.Model;

/// <summary>The names of jobs in a cluster. They become folder names, so only these characters are allowed.</summary>
public static class JobIds
{
    /// <summary>The longest name.</summary>
    public const int MaxLength = 100;

    /// <summary>
    /// Whether a text is lower-case letters, digits and hyphens, at most <see cref="MaxLength"/> of them and not starting with a hyphen.
    /// </summary>
    public static bool IsValid(string id) =>
        id.Length is > 0 and <= MaxLength && id[0] != '-' && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>Checks a new job's name.</summary>
    /// <exception cref="JobException">It is not valid.</exception>
    public static void Require(string id)
    {
        if (!IsValid(id))
        {
            throw new JobException(
                $"\"{id}\" cannot name a job where 1 to {MaxLength} lower-case letters, digits and hyphens are expected: "
                + "choose another name.");
        }
    }

    /// <summary>The error for a new job whose name is taken.</summary>
    public static JobException Taken(string id) =>
        new($"There is another job {id} already where a new name is expected: choose another one.");

    /// <summary>The error for a job that does not exist.</summary>
    public static JobException Unknown(string id) => new($"No job {id}: give the name of one that the list of jobs shows.");
}
