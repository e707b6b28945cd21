namespace Cluster.Terminal;

/// <summary>An option that names a file with other options of its command. A command with many options has one.</summary>
internal interface IOptionFile
{
    /// <summary>The command line with what the file says, if it is to be read.</summary>
    /// <exception cref="NotFoundException">There is no such file.</exception>
    /// <exception cref="UsageException">It cannot be read; the message names file and line.</exception>
    string[] Expand(ParseResult parsed, string[] args);

    /// <summary>The file and line that gave an option; null: the command line did.</summary>
    string? PlaceOf(string option);
}
