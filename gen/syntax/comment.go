package syntax

// comments finds the comments that belong to a node.
type comments struct {
	groups []*CommentGroup
	ending map[int]*CommentGroup // those on lines of their own, by their last line
	behind map[int]*CommentGroup // those behind something, by their line
}

// group joins comments on consecutive lines of their own.
func group(list []*Comment) *comments {
	c := &comments{ending: map[int]*CommentGroup{}, behind: map[int]*CommentGroup{}}
	var last *Comment
	for _, comment := range list {
		line := comment.Start.Line
		if last != nil && last.OwnLine && comment.OwnLine && last.Start.Line+1 == line {
			g := c.groups[len(c.groups)-1]
			g.List = append(g.List, comment)
			delete(c.ending, line-1)
			c.ending[line] = g
		} else {
			g := &CommentGroup{List: []*Comment{comment}}
			c.groups = append(c.groups, g)
			if comment.OwnLine {
				c.ending[line] = g
			} else {
				c.behind[line] = g
			}
		}
		last = comment
	}
	return c
}

// above returns the comments that document what begins with t.
func (p *parser) above(t token) Docs {
	if !t.first {
		return Docs{}
	}
	return Docs{Above: p.comments.ending[t.start.Line-1]}
}

// behind returns the comment at the end of the line of the token that was read last, if nothing else follows on it.
func (p *parser) behind() *CommentGroup {
	if p.index == 0 {
		return nil
	}
	last := p.tokens[p.index-1]
	for i := p.index; i < len(p.tokens) && p.tokens[i].start.Line == last.end.Line; i++ {
		if t := p.tokens[i]; t.kind != newline && t.kind != endOfFile {
			return nil
		}
	}
	return p.comments.behind[last.end.Line]
}
