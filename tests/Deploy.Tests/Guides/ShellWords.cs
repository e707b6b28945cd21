using System.Text;

namespace Cluster.Deploy.Tests.Guides;

/// <summary>Lines of a shell as their words: quotes, comments, continued lines and `$(…)`, which stays one word.</summary>
internal static class ShellWords
{
    private const string Separators = "|&;";

    /// <summary>
    /// The commands of a text, between `|`, `&amp;`, `&amp;&amp;`, `;` and ends of lines; a redirection is two words, `&gt;` and its file.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<string>> Commands(string text)
    {
        var commands = new List<IReadOnlyList<string>>();
        var words = new List<string>();
        var word = new StringBuilder();
        bool isWord = false;
        for (int at = 0; at < text.Length; at++)
        {
            char next = text[at];
            if (next == '\\' && at + 1 < text.Length)
            {
                at++;
                isWord |= text[at] != '\n';
                word.Append(text[at] == '\n' ? "" : text[at]);
            }
            else if (next is '\'' or '"')
            {
                int end = QuoteEnd(text, at);
                word.Append(text, at + 1, end - at - 1);
                isWord = true;
                at = end;
            }
            else if (next == '$' && at + 1 < text.Length && text[at + 1] == '(')
            {
                int end = text.IndexOf(')', at);
                word.Append(text, at, end - at + 1);
                isWord = true;
                at = end;
            }
            else if (next == '#' && !isWord)
            {
                at = text.IndexOf('\n', at) is var end and >= 0 ? end - 1 : text.Length - 1;
            }
            else if (char.IsWhiteSpace(next) || next == '>' || Separators.Contains(next))
            {
                EndWord();
                if (next == '>')
                {
                    words.Add(">");
                }
                else if (next == '\n' || Separators.Contains(next))
                {
                    EndCommand();
                }
            }
            else
            {
                word.Append(next);
                isWord = true;
            }
        }

        EndWord();
        EndCommand();
        return commands;

        void EndWord()
        {
            if (isWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isWord = false;
        }

        void EndCommand()
        {
            if (words.Count > 0)
            {
                commands.Add([.. words]);
            }

            words.Clear();
        }
    }

    // A double quote may hold `$(…)`, which has quotes of its own nowhere in the guides.
    private static int QuoteEnd(string text, int at) => text.IndexOf(text[at], at + 1) is var end and > 0
        ? end
        : throw new FormatException($"a quote without its end: {text[at..Math.Min(text.Length, at + 40)]}");
}
