namespace Cluster.Evaluation.Inputs;

/// <summary>A user's command, as the system's shell runs it.</summary>
internal static class Shell
{
    /// <param name="command">As it was typed.</param>
    /// <param name="isAsked">Whether something will be written to its standard input.</param>
    /// <param name="arguments">Further arguments, behind its own.</param>
    public static ProcessStartInfo Of(string command, bool isAsked, params string[] arguments)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo("cmd.exe", $"/s /c \"{string.Join(' ', [command, .. arguments.Select(word => $"\"{word}\"")])}\"")
            : new ProcessStartInfo("/bin/sh", ["-c", $"{command} \"$@\"", "sh", .. arguments]);
        start.RedirectStandardInput = isAsked;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.UseShellExecute = false;
        return start;
    }
}
